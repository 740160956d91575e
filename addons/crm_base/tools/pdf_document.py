"""Documents on paper: made from a template of ours by WeasyPrint."""

from typing import Any


def write_document(env: Any, template: str, values: dict) -> bytes:
    """Print a document.

    :param env: environment in the language of the document
    :param str template: external id of a template that makes a whole page of HTML
    :param dict values: of the template
    """
    # it comes with native libraries that a server which prints nothing need not load
    from weasyprint import HTML  # noqa: PLC0415
    from weasyprint.urls import URLFetcher  # noqa: PLC0415

    html = env["ir.qweb"]._render(template, values)
    # pictures that the document holds itself, and nothing from anywhere else
    inside = URLFetcher(allowed_protocols=("data",))
    return HTML(string=str(html), url_fetcher=inside, base_url="").write_pdf()
