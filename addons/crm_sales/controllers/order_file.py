from odoo.http import Controller, content_disposition, request, route

from ..tools.order_files import write_excel, write_word

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {"docx": (WORD, write_word), "xlsx": (EXCEL, write_excel)}


class OrderFileController(Controller):
    """Quotations and orders as files of Word and Excel."""

    @route(
        "/crm_sales/order/<int:order_id>/<any(docx, xlsx):kind>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def order_file(self, order_id, kind):
        """Serve a quotation or order as a file to whoever may read it."""
        order = request.env["sale.order"].browse(order_id).exists()
        if not order:
            return request.not_found()
        order.check_access("read")
        order = order.with_context(lang=order._crm_document_lang())
        mimetype, write = KINDS[kind]
        content = write(order)
        name = f"{order._crm_document_title()} {order.name}.{kind}".replace("/", "_")
        return request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", str(len(content))),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
