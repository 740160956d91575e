// points that a pointer moves before it drags
const START = 6;
const EDGE = 48;

/**
 * Drag with a mouse, a finger or a pen: one way for all of them.
 *
 * @param {PointerEvent} event that pressed the handle
 * @param {Object} options
 * @param {HTMLElement} options.canvas scrolls, and holds the cards
 * @param {string} options.label what the pointer carries
 * @param {Function} options.onGap called with the number of the gap, or null outside
 * @param {Function} options.onDrop called once at the end, likewise
 */
export function startDrag(event, {canvas, label, onGap, onDrop}) {
    const {clientX, clientY, pointerId} = event;
    const handle = event.currentTarget;
    let ghost = null;
    let gap = null;

    function move(ev) {
        if (ev.pointerId !== pointerId) {
            return;
        }
        if (!ghost) {
            const far = Math.hypot(ev.clientX - clientX, ev.clientY - clientY);
            if (far < START) {
                return;
            }
            ghost = document.createElement("div");
            ghost.className = "o_crm_form_ghost";
            ghost.textContent = label;
            document.body.append(ghost);
            handle.setPointerCapture(pointerId);
        }
        ev.preventDefault();
        ghost.style.transform = `translate(${ev.clientX + 12}px, ${ev.clientY + 8}px)`;
        const box = canvas.getBoundingClientRect();
        if (ev.clientY < box.top + EDGE) {
            canvas.scrollTop -= 12;
        } else if (ev.clientY > box.bottom - EDGE) {
            canvas.scrollTop += 12;
        }
        const isInside =
            ev.clientX >= box.left &&
            ev.clientX <= box.right &&
            ev.clientY >= box.top &&
            ev.clientY <= box.bottom;
        gap = isInside ? gapAt(canvas, ev.clientY) : null;
        onGap(gap);
    }

    function end(ev) {
        if (ev.pointerId !== pointerId) {
            return;
        }
        handle.removeEventListener("pointermove", move);
        handle.removeEventListener("pointerup", end);
        handle.removeEventListener("pointercancel", end);
        if (ghost) {
            ghost.remove();
            onGap(null);
            onDrop(ev.type === "pointerup" ? gap : null);
            // the click that follows belongs to the drag
            const swallow = (click) => click.stopPropagation();
            window.addEventListener("click", swallow, {capture: true, once: true});
            setTimeout(() => window.removeEventListener("click", swallow, true), 50);
        }
    }

    if (event.button !== 0) {
        return;
    }
    handle.setPointerCapture(pointerId);
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", end);
    handle.addEventListener("pointercancel", end);
}

/** Return the number of the gap between the cards that is nearest. */
function gapAt(canvas, y) {
    const cards = [...canvas.querySelectorAll(".o_crm_form_card")];
    const index = cards.findIndex((card) => {
        const box = card.getBoundingClientRect();
        return y < box.top + box.height / 2;
    });
    return index < 0 ? cards.length : index;
}
