from werkzeug.exceptions import UnprocessableEntity

from odoo import models
from odoo.http import request

# how the ORM begins what it says of a method for one record
SINGLETON = "Expected singleton: "


class IrHttp(models.AbstractModel):
    """What a program can get wrong in any call of JSON-2 is refused as its error.

    A program sends 500 again, and these calls would never succeed.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        if request.dispatcher.routing_type != "json2":
            return super()._dispatch(endpoint)
        ids = request.params.get("ids", [])
        context = request.params.get("context", {})
        env = request.env
        if not isinstance(context, dict):
            raise UnprocessableEntity(env._("“context” is an object."))
        if isinstance(context.get("lang"), str):
            env = env(context={**env.context, "lang": context["lang"]})
        if not isinstance(ids, list) or any(type(id_) is not int for id_ in ids):
            raise UnprocessableEntity(env._("“ids” is a list of ids of records."))
        try:
            return super()._dispatch(endpoint)
        except ValueError as error:
            if len(ids) == 1 or not str(error).startswith(SINGLETON):
                raise
            raise UnprocessableEntity(
                env._("This method is for one record: give exactly one id.")
            ) from error
