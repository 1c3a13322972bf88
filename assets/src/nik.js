// The NIK offers sex and birth date while it is typed, to be taken over by hand, and names the
// place where it was first issued. The origin is never filled from it. Layout pp kk cc ddmmyy ssss,
// day + 40 for women: placement/identity.py holds the rule, a browser test holds the two equal.
import { put } from "./fields.js";

export function readNik(text, today = new Date()) {
  const digits = text.replace(/[\s.-]/g, "");
  if (!/^\d{16}$/.test(digits)) return null;
  let day = Number(digits.slice(6, 8));
  const month = Number(digits.slice(8, 10));
  const sex = day > 40 ? "F" : "M";
  if (day > 40) day -= 40;
  const century = Math.floor(today.getFullYear() / 100) * 100;
  const of = (year) => {
    const made = new Date(year, month - 1, day);
    return made.getMonth() === month - 1 && made.getDate() === day ? made : null;
  };
  let born = of(century + Number(digits.slice(10, 12)));
  if (born && born > today) born = of(century - 100 + Number(digits.slice(10, 12)));
  if (!born) return null;
  const two = (n) => String(n).padStart(2, "0");
  return { sex, birthDate: `${two(day)}/${two(month)}/${born.getFullYear()}`, province: digits.slice(0, 2) };
}

export function watchNik(form) {
  const nik = form.elements.nik;
  const offer = form.querySelector("[data-nik-offer]");
  if (!nik || !offer) return;
  const say = offer.querySelector("[data-say]");
  const provinces = JSON.parse(document.getElementById("provinces").textContent);
  const read = () => readNik(nik.value);
  const show = () => {
    const hints = read();
    // What was typed as the NIK says needs no offer.
    const isSame = hints && form.elements.sex.value === hints.sex && form.elements.birth_date.value === hints.birthDate;
    offer.hidden = !hints || isSame || !provinces[hints.province];
    if (offer.hidden) return;
    const sex = form.elements.sex.querySelector(`option[value=${hints.sex}]`).textContent.toLowerCase();
    say.textContent = offer.dataset.sentence
      .replace("{sex}", sex).replace("{day}", hints.birthDate).replace("{place}", provinces[hints.province]);
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  form.addEventListener("afresh", show);
  // Who types on without looking means the name, which comes next.
  offer.querySelector("button").addEventListener("keydown", (event) => {
    if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey) {
      form.elements.name.focus();
    }
  });
  offer.querySelector("button").addEventListener("click", () => {
    const hints = read();
    for (const [name, value] of [["sex", hints.sex], ["birth_date", hints.birthDate]]) {
      put(form.elements[name], value);
      form.elements[name].dataset.taken = "yes";
    }
    offer.hidden = true;
    form.dispatchEvent(new Event("change"));
    form.elements.name.focus();
    form.elements.name.select();
  });
  show();
}
