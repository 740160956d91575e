from odoo.http import Controller, content_disposition, request, route


class ContractController(Controller):
    """Contracts as files."""

    @route(
        "/crm_sales/contract/<int:contract_id>/pdf",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def contract_pdf(self, contract_id):
        """Serve a contract as PDF to whoever may read it."""
        contract = request.env["crm.contract"].browse(contract_id).exists()
        contract.check_access("read")
        if not contract:
            return request.not_found()
        content = contract._crm_pdf()
        name = contract._crm_file_name()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", str(len(content))),
                (
                    "Content-Disposition",
                    content_disposition(name, disposition_type="inline"),
                ),
            ],
        )
