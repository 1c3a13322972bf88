// The table of targets: running sums, what is not yet divided, paste from a spreadsheet, undo.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-grid]");
  if (!form) return;
  const tables = [...form.querySelectorAll("table.target-grid")];
  const format = new Intl.NumberFormat(document.documentElement.lang || "id");
  const read = (text) => {
    const plain = text.trim().replace(/[. \u00a0]/g, "");
    return /^\d+$/.test(plain) ? Number(plain) : 0;
  };
  const value = (cell) => read(cell.querySelector("input")?.value ?? cell.textContent);
  const cells = (row) => [...row.querySelectorAll("td")];

  function sums() {
    const [nation, ...blocks] = tables;
    const whole = cells(nation.querySelector("tbody tr")).map(value);
    for (const table of blocks) {
      const rows = [...table.querySelectorAll("tbody tr")].map((row) => cells(row).map(value));
      const total = whole.map((_unused, column) => rows.reduce((sum, row) => sum + row[column], 0));
      cells(table.querySelector("[data-sum]")).forEach((cell, column) => {
        cell.textContent = format.format(total[column]);
      });
      cells(table.querySelector("[data-rest]")).forEach((cell, column) => {
        cell.textContent = whole[column] ? format.format(whole[column] - total[column]) : "–";
        cell.classList.toggle("is-over", whole[column] > 0 && total[column] > whole[column]);
      });
    }
  }
  sums();
  const undo = form.querySelector("[data-undo]");
  if (!undo) return;

  const inputs = [...form.querySelectorAll("table.target-grid input")];
  const start = new Map(inputs.map((input) => [input, input.value]));
  const last = new Map(start);
  const steps = [];

  function note(changes) {
    if (changes.length) steps.push(changes);
    changes.forEach(([input]) => last.set(input, input.value));
    after();
  }
  function after() {
    let changed = 0;
    inputs.forEach((input) => {
      const differs = input.value !== start.get(input);
      input.classList.toggle("is-changed", differs);
      if (differs) changed += 1;
    });
    form.querySelector("[data-changed]").textContent = changed ? `± ${changed}` : "";
    undo.disabled = steps.length === 0;
    sums();
  }
  undo.addEventListener("click", () => {
    (steps.pop() || []).forEach(([input, before]) => { input.value = before; last.set(input, before); });
    after();
  });
  form.addEventListener("input", (event) => {
    if (event.target.closest("table.target-grid")) sums();
  });
  form.addEventListener("change", (event) => {
    const input = event.target;
    if (last.has(input) && input.value !== last.get(input)) note([[input, last.get(input)]]);
  });
  form.addEventListener("keydown", (event) => {
    const cell = event.target.closest("table.target-grid td");
    if (!cell || event.key !== "Enter") return;
    event.preventDefault();
    const column = cells(cell.parentElement).indexOf(cell);
    const next = cell.parentElement.nextElementSibling;
    if (next) cells(next)[column].querySelector("input").focus();
  });
  form.addEventListener("paste", (event) => {
    const cell = event.target.closest("table.target-grid td");
    const text = event.clipboardData.getData("text/plain");
    if (!cell || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = [...cell.closest("tbody").rows];
    const top = rows.indexOf(cell.parentElement);
    const left = cells(cell.parentElement).indexOf(cell);
    const changes = [];
    text.replace(/\r/g, "").replace(/\n$/, "").split("\n").forEach((line, down) => {
      line.split("\t").forEach((typed, right) => {
        const target = rows[top + down] && cells(rows[top + down])[left + right];
        const input = target && target.querySelector("input");
        if (!input) return;
        changes.push([input, input.value]);
        input.value = typed.trim();
      });
    });
    note(changes);
  });
  if (inputs.length) window.addEventListener("beforeunload", (event) => {
    if (steps.length && !form.dataset.sent) event.preventDefault();
  });
  form.addEventListener("submit", () => { form.dataset.sent = "yes"; });
});
