"""Goods that customers give back, in all states."""

from odoo import Command

from .play import Play

# reason, share of the goods, what became of it, days ago
RETURNS = [
    ("quality", 0.05, "done", 130, "两组立柱喷涂起泡，要求更换。"),
    ("damaged", 0.03, "done", 88, "卸货时横梁弯曲三根。"),
    ("wrong", 0.1, "done", 61, "规格发错，多发了一批护脚。"),
    ("unwanted", 0.2, "refused", 47, "客户调整布局，要求退一部分。"),
    ("late", 0.1, "received", 24, "晚到一周，客户已另行采购部分。"),
    ("damaged", 0.05, "approved", 12, "外包装破损，内有刮痕。"),
    ("quality", 0.04, "requested", 3, "按键失灵，申请换新。"),
    ("wrong", 0.05, "requested", 1, "标签尺寸与订单不符。"),
]


class Returns:
    """Asks for returns as salespeople do, and decides as their managers."""

    def __init__(self, play):
        # what follows the play is one of its own
        self.play = Play(play.env)
        self.env = play.env

    def tell(self, _deals):
        """Play them all."""
        orders = self.env["sale.order"].search(
            [
                ("state", "=", "sale"),
                ("is_shop_sale", "=", False),
                ("crm_delivery_state", "=", "done"),
            ],
            order="deed_at, id",
        )
        for number, (reason, share, state, days, text) in enumerate(RETURNS):
            chance = self.play.chance(f"return {number}")
            moment = self.play.past(chance, "director", days)
            fitting = orders.filtered(
                lambda order, moment=moment: (
                    order.deed_at < moment
                    and self._goods(order)
                    and not order.user_id._crm_is_boss()
                )
            )
            order = fitting[-1 - number % len(fitting)]
            args = (order, reason, share, state, text, chance)
            self.play.at(moment, self._ask, *args)
        self.play.run()

    @staticmethod
    def _goods(order):
        return order.order_line.filtered(lambda line: line.product_id.type == "consu")[
            :1
        ]

    def _ask(self, order, reason, share, state, text, chance):
        play, line = self.play, self._goods(order)
        record = play.by(order.user_id, self.env["crm.return"]).create(
            {
                "order_id": order.id,
                "reason_id": play.value("return_reason", reason),
                "description": text,
                "line_ids": [
                    Command.create(
                        {
                            "order_line_id": line.id,
                            "quantity": max(round(line.product_uom_qty * share), 1),
                        }
                    )
                ],
            }
        )
        if state != "requested":
            later = play.after(chance, "director", play.clock.moment, 2)
            play.at(later, self._decide, record, state, chance)

    def _decide(self, record, state, chance):
        play = self.play
        manager = play.by(self._manager(record), record)
        if state == "refused":
            manager.action_refuse("非质量问题，已安装使用，按合同不退")
            return
        manager.action_approve("同意，请客户保留原包装")
        if state in ("received", "done"):
            later = play.after(chance, "director", play.clock.moment, 6)
            play.at(later, self._receive, record, state, chance)

    def _receive(self, record, state, chance):
        play = self.play
        play.by(record.user_id, record).action_receive()
        if state == "done":
            later = play.after(chance, "director", play.clock.moment, 4)
            play.at(
                later, lambda: play.by(self._manager(record), record).action_refund()
            )

    @staticmethod
    def _manager(record):
        user = record.user_id
        is_manager = user._crm_has_group("crm_base.group_manager")
        return user if is_manager else user._crm_superiors()[:1]
