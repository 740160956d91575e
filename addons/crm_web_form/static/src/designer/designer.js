import {Component, onMounted, onWillStart, onWillUnmount, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useSetupAction} from "@web/search/action_hook";
import {
    History,
    duplicateElement,
    makeElement,
    moveElement,
    removeElement,
} from "./document";
import {startDrag} from "./drag";
import {Inspector} from "./inspector";
import {BY_KIND, KINDS} from "./kinds";
import {Rules} from "./rules";
import {Settings} from "./settings";

const SAVE_AFTER = 800;

/** Designs a form: palette, canvas, inspector, rules, and the page itself as preview. */
export class Designer extends Component {
    static template = "crm_web_form.Designer";
    static components = {Inspector, Rules, Settings};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        const {params = {}, context = {}} = this.props.action;
        this.formId = params.form_id || context.form_id || context.active_id;
        this.kinds = KINDS;
        this.byKind = BY_KIND;
        this.canvas = useRef("canvas");
        this.frame = useRef("frame");
        this.saving = Promise.resolve(true);
        this.state = useState({
            content: null,
            selected: "",
            panel: "question",
            preview: window.innerWidth >= 1200 ? "desktop" : "",
            status: "saved",
            conflict: "",
            problems: [],
            gap: null,
            said: "",
            canUndo: false,
            canRedo: false,
            isChanged: true,
            state: "draft",
        });
        this.onMessage = this.onMessage.bind(this);
        this.onKey = this.onKey.bind(this);
        onWillStart(() => this.load());
        onMounted(() => {
            window.addEventListener("message", this.onMessage);
            document.addEventListener("keydown", this.onKey);
        });
        onWillUnmount(() => {
            window.removeEventListener("message", this.onMessage);
            document.removeEventListener("keydown", this.onKey);
            clearTimeout(this.timer);
        });
        useSetupAction({
            beforeLeave: () => this.flush(),
            beforeUnload: () => this.flush(),
        });
    }

    async load() {
        const found = await this.orm.call("crm.web.form", "get_design", [[this.formId]]);
        this.history = new History(found.content);
        this.revision = found.revision;
        this.targets = found.targets;
        this.name = found.name;
        this.env.config.setDisplayName?.(found.name);
        Object.assign(this.state, {
            content: found.content,
            problems: found.problems,
            isChanged: found.is_changed,
            state: found.state,
            status: "saved",
            conflict: "",
            canUndo: false,
            canRedo: false,
        });
        this.sendPreview();
    }

    // -- changing ------------------------------------------------------------

    get selected() {
        return this.state.content.elements.find(
            (part) => part.id === this.state.selected
        );
    }

    get statusText() {
        return {
            saved: _t("Saved"),
            dirty: _t("Not saved yet"),
            saving: _t("Saving…"),
            failed: _t("Not saved: no connection"),
            conflict: _t("Changed by somebody else"),
        }[this.state.status];
    }

    problemsOf(id) {
        return this.state.problems.filter((part) => part.id === id);
    }

    labelOf(element) {
        return element.label || element.help || this.byKind[element.kind].name;
    }

    change(change, key) {
        this.history.change(change, key);
        this.changed();
    }

    changed() {
        const {history, state} = this;
        state.content = history.content;
        state.canUndo = history.past.length > 0;
        state.canRedo = history.future.length > 0;
        state.isChanged = true;
        if (!state.content.elements.some((part) => part.id === state.selected)) {
            state.selected = "";
        }
        if (state.status !== "conflict") {
            state.status = "dirty";
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.save(), SAVE_AFTER);
        }
        this.sendPreview();
    }

    undo() {
        if (this.history.undo()) {
            this.changed();
        }
    }

    redo() {
        if (this.history.redo()) {
            this.changed();
        }
    }

    add(kind, gap = null) {
        const element = makeElement(this.state.content, kind);
        const {elements} = this.state.content;
        const after = elements.findIndex((part) => part.id === this.state.selected);
        const place = gap ?? (after < 0 ? elements.length : after + 1);
        this.change((content) => content.elements.splice(place, 0, element));
        this.select(element.id);
        this.say(_t("%s was added.", this.byKind[kind].name));
    }

    select(id) {
        this.state.selected = id;
        this.state.panel = "question";
    }

    remove(element) {
        this.change((content) => removeElement(content, element.id));
        this.say(_t("%s was removed.", this.labelOf(element)));
    }

    duplicate(element) {
        let id = "";
        this.change((content) => {
            id = duplicateElement(content, element.id);
        });
        this.select(id);
    }

    move(element, step) {
        const index = this.state.content.elements.findIndex(
            (part) => part.id === element.id
        );
        this.moveTo(element, step < 0 ? index - 1 : index + 2);
    }

    moveTo(element, gap) {
        const {elements} = this.state.content;
        if (gap < 0 || gap > elements.length) {
            return;
        }
        this.change((content) => moveElement(content, element.id, gap));
        const place =
            this.state.content.elements.findIndex((part) => part.id === element.id) + 1;
        this.say(
            _t("%(name)s is at place %(place)s of %(count)s.", {
                name: this.labelOf(element),
                place,
                count: elements.length,
            })
        );
    }

    say(text) {
        this.state.said = text.toString();
    }

    // -- keys and pointers ---------------------------------------------------

    onCardKey(ev, element) {
        if (ev.target !== ev.currentTarget) {
            return;
        }
        if (ev.altKey && (ev.key === "ArrowUp" || ev.key === "ArrowDown")) {
            this.move(element, ev.key === "ArrowUp" ? -1 : 1);
        } else if (ev.key === "Enter" || ev.key === " ") {
            this.select(element.id);
        } else if (ev.key === "Delete") {
            this.remove(element);
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    onKey(ev) {
        const isTyping = ["INPUT", "TEXTAREA", "SELECT"].includes(ev.target.tagName);
        if (!(ev.ctrlKey || ev.metaKey) || isTyping) {
            return;
        }
        const key = ev.key.toLowerCase();
        if (key === "z") {
            ev.preventDefault();
            if (ev.shiftKey) {
                this.redo();
            } else {
                this.undo();
            }
        } else if (key === "y") {
            ev.preventDefault();
            this.redo();
        }
    }

    dragNew(ev, kind) {
        startDrag(ev, {
            canvas: this.canvas.el,
            label: this.byKind[kind].name.toString(),
            onGap: (gap) => (this.state.gap = gap),
            onDrop: (gap) => gap !== null && this.add(kind, gap),
        });
    }

    dragCard(ev, element) {
        startDrag(ev, {
            canvas: this.canvas.el,
            label: this.labelOf(element).toString(),
            onGap: (gap) => (this.state.gap = gap),
            onDrop: (gap) => gap !== null && this.moveTo(element, gap),
        });
    }

    // -- preview -------------------------------------------------------------

    get previewUrl() {
        return `/crm/form/preview/${this.formId}`;
    }

    togglePreview(kind) {
        this.state.preview = this.state.preview === kind ? "" : kind;
    }

    onMessage(ev) {
        const frame = this.frame.el;
        const isOurs = ev.origin === window.location.origin;
        if (isOurs && frame && ev.source === frame.contentWindow) {
            if (ev.data.type === "crm-form-ready") {
                this.sendPreview();
            }
        }
    }

    sendPreview() {
        const frame = this.frame.el;
        if (frame && frame.contentWindow) {
            const content = JSON.parse(JSON.stringify(this.history.content));
            frame.contentWindow.postMessage({content}, window.location.origin);
        }
    }

    // -- storing -------------------------------------------------------------

    /** Store what is not stored yet, one call after the other; return whether it is. */
    save() {
        clearTimeout(this.timer);
        this.saving = this.saving.then(() => this.saveNow());
        return this.saving;
    }

    async saveNow() {
        if (this.state.status === "saved" || this.state.status === "conflict") {
            return this.state.status === "saved";
        }
        const content = this.history.content;
        this.state.status = "saving";
        let found = null;
        try {
            found = await this.orm.call("crm.web.form", "save_design", [
                [this.formId],
                content,
                this.revision,
            ]);
        } catch (error) {
            this.state.status = "failed";
            throw error;
        }
        if (!found.saved) {
            this.theirs = found.revision;
            Object.assign(this.state, {status: "conflict", conflict: found.user});
            return false;
        }
        this.revision = found.revision;
        this.state.problems = found.problems;
        this.state.status = this.history.content === content ? "saved" : "dirty";
        if (this.state.status === "dirty") {
            this.timer = setTimeout(() => this.save(), SAVE_AFTER);
        }
        return true;
    }

    async flush() {
        while (this.state.status === "dirty" || this.state.status === "saving") {
            await this.save();
        }
        return true;
    }

    async keepMine() {
        this.revision = this.theirs;
        Object.assign(this.state, {status: "dirty", conflict: ""});
        await this.save();
    }

    async publish() {
        await this.flush();
        if (this.state.status !== "saved") {
            return;
        }
        if (this.state.problems.length) {
            this.notification.add(
                this.state.problems.map((part) => part.text).join("\n"),
                {type: "warning", title: _t("The form cannot be published yet")}
            );
            return;
        }
        await this.orm.call("crm.web.form", "action_publish", [[this.formId]]);
        Object.assign(this.state, {isChanged: false, state: "published"});
        this.notification.add(_t("The form is published."), {type: "success"});
    }

    openForm() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.web.form",
            res_id: this.formId,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_web_form.designer", Designer);
