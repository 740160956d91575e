/** Print the receipt of a posted sale, as wide as the shop's paper. */
export function printReceipt(orderId) {
    const frame = document.createElement("iframe");
    frame.className = "d-none";
    frame.src = `/crm_sales/shop/receipt/${orderId}`;
    frame.addEventListener("load", () => {
        // gone with the next one: some printers read it while the dialog is open
        document.querySelector("iframe.o_crm_shop_printed")?.remove();
        frame.classList.add("o_crm_shop_printed");
        frame.contentWindow.print();
    });
    document.body.append(frame);
}
