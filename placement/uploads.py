"""A file too large is thrown away while it comes in: neither memory nor disk holds it."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# Larger than the largest file a page takes, with its form around it.
MAX_UPLOAD = 21 * 1024 * 1024


class BoundedUploadHandler(FileUploadHandler):
    """Drop the files of a request that is too large and say so on it (``is_too_large``).

    The rest is read to its end and thrown away, so that the browser shows our answer and not a
    broken connection.
    """

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        self.announced = content_length

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.announced > MAX_UPLOAD:
            self.request.is_too_large = True
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data, start):
        return raw_data

    def file_complete(self, file_size):
        return None
