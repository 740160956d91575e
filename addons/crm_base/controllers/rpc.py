from odoo.http import route

from odoo.addons.rpc.controllers import RPC

from ..tools.visit import remembered_visit


class CrmRpc(RPC):
    """Logs tell from where a program calls."""

    def _xmlrpc(self, service):
        with remembered_visit():
            return super()._xmlrpc(service)

    @route()
    def jsonrpc(self, service, method, args):
        with remembered_visit():
            return super().jsonrpc(service, method, args)
