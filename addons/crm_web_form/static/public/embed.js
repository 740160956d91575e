/*
 * Puts forms into pages of other sites:
 *   <div data-crm-form="TOKEN"></div>                         in its place
 *   <button data-crm-form-popup="TOKEN">Ask us</button>       as a pop-up
 * A form is a frame of its own site: this page sees nothing of what is answered.
 */
(function () {
    "use strict";

    const base = new URL(document.currentScript.src).origin;
    const TOKEN = /^[A-Za-z0-9_-]{8,40}$/;
    const frames = new Map();

    function address(token) {
        const url = new URL(`${base}/crm/form/${token}`);
        url.searchParams.set("embed", "1");
        const here = new URLSearchParams(window.location.search);
        for (const name of ["utm_source", "utm_medium", "utm_campaign"]) {
            if (here.get(name)) {
                url.searchParams.set(name, here.get(name).slice(0, 100));
            }
        }
        url.searchParams.set("ref", window.location.hostname);
        return url.href;
    }

    function frame(token, title) {
        const node = document.createElement("iframe");
        node.src = address(token);
        node.title = title || document.title;
        node.loading = "lazy";
        Object.assign(node.style, {
            border: "0",
            width: "100%",
            height: "480px",
            display: "block",
        });
        frames.set(node, token);
        return node;
    }

    function popup(button) {
        const dialog = document.createElement("dialog");
        const close = document.createElement("button");
        const node = frame(button.dataset.crmFormPopup, button.textContent.trim());
        Object.assign(dialog.style, {
            width: "min(720px, 100vw)",
            maxWidth: "100vw",
            maxHeight: "92vh",
            padding: "0",
            border: "0",
            borderRadius: "12px",
            overflow: "auto",
        });
        close.type = "button";
        close.textContent = "×";
        close.setAttribute("aria-label", "Close");
        Object.assign(close.style, {
            position: "absolute",
            right: "8px",
            top: "8px",
            width: "40px",
            height: "40px",
            border: "0",
            background: "none",
            font: "24px/1 sans-serif",
            cursor: "pointer",
            zIndex: "1",
        });
        node.loading = "eager";
        close.addEventListener("click", () => dialog.close());
        dialog.addEventListener("close", () => {
            frames.delete(node);
            dialog.remove();
            button.focus();
        });
        dialog.append(close, node);
        document.body.append(dialog);
        dialog.showModal();
    }

    function start() {
        for (const place of document.querySelectorAll("[data-crm-form]")) {
            if (TOKEN.test(place.dataset.crmForm) && !place.firstElementChild) {
                place.append(frame(place.dataset.crmForm, place.getAttribute("title")));
            }
        }
        for (const button of document.querySelectorAll("[data-crm-form-popup]")) {
            if (TOKEN.test(button.dataset.crmFormPopup) && !button.dataset.crmFormReady) {
                button.dataset.crmFormReady = "1";
                button.addEventListener("click", () => popup(button));
            }
        }
    }

    window.addEventListener("message", (event) => {
        if (event.origin !== base || !event.data) {
            return;
        }
        for (const [node, token] of frames) {
            if (node.contentWindow !== event.source || event.data.form !== token) {
                continue;
            }
            const height = Number(event.data.height);
            if (event.data.type === "crm-form-height" && height > 0 && height < 20000) {
                node.style.height = `${height}px`;
            } else if (event.data.type === "crm-form-done") {
                node.dispatchEvent(new CustomEvent("crm-form-done", {bubbles: true}));
            }
        }
    });
    if (document.readyState === "loading") {
        document.addEventListener("DOMContentLoaded", start);
    } else {
        start();
    }
})();
