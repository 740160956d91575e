/*
 * What a filled form means: which questions are seen, and what is wrong with answers.
 *
 * tools/engine.py says the same line by line; a test compares both on generated forms.
 * What is said here is a courtesy to whoever fills a form in, the server decides.
 */
(function (root) {
    "use strict";

    const LAYOUT = new Set(["section", "statement", "page_break"]);
    const TEXTS = new Set(["text", "textarea", "number", "phone", "email"]);
    const CHOICES = new Set(["select", "radio", "checkbox"]);
    const LISTS = new Set(["checkbox", "place", "file"]);

    // what people type around a value, the same in both languages; trim() is not
    const BLANKS = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;
    const NUMBER = /^[+-]?[0-9]{1,15}(\.[0-9]{1,6})?$/;
    const DAY = /^(19|20|21)([0-9]{2})-([0-9]{2})-([0-9]{2})$/;
    const TIME = /^([01][0-9]|2[0-3]):[0-5][0-9]$/;
    const PHONE = /^[+]?[0-9() /-]{5,24}$/;
    const PHONE_DIGITS = /^((?!1[3-9])[0-9]{7,}|1[3-9][0-9]{9}|(9[56]|1[02])[0-9]{3,4})$/;
    const EMAIL =
        /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}$/;
    const PATTERNS = {
        cn_mobile: /^(\+?86)?[ -]?1[3-9][0-9]{9}$/,
        cn_id: /^[1-9][0-9]{16}[0-9Xx]$/,
        credit_code: /^[0-9A-HJ-NPQRTUWXY]{18}$/,
        postcode: /^[0-9]{6}$/,
        digits: /^[0-9]+$/,
        letters: /^[A-Za-z]+$/,
        web: /^https?:\/\/[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?(\/[!-~]{0,800})?$/,
    };
    const LENGTHS = {text: 500, textarea: 5000, number: 24, phone: 32, email: 254};

    const own = (object, key) =>
        Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;

    const isEmpty = (value) =>
        value === undefined ||
        value === null ||
        value === false ||
        value === "" ||
        (Array.isArray(value) && !value.length);

    /** Return a value as it is kept, and whether it had the right type. */
    function clean(element, value) {
        if (value === undefined || value === null) {
            return [null, true];
        }
        if (LISTS.has(element.kind)) {
            const isRight =
                Array.isArray(value) && value.every((part) => typeof part === "string");
            return isRight ? [value, true] : [null, false];
        }
        if (element.kind === "consent") {
            return value === true ? [true, true] : [null, value === false];
        }
        if (element.kind === "rating") {
            return Number.isInteger(value) ? [value, true] : [null, false];
        }
        if (typeof value !== "string") {
            return [null, false];
        }
        return [value.replace(BLANKS, ""), true];
    }

    /** Return the elements of each page; page breaks begin theirs. */
    function pagesOf(elements) {
        const pages = [[]];
        for (const element of elements) {
            if (element.kind === "page_break") {
                pages.push([]);
            }
            pages[pages.length - 1].push(element);
        }
        return pages;
    }

    /** The way through the pages; each condition looks back at what is known. */
    class Walk {
        constructor(content, values, places) {
            this.rules = content.rules || [];
            this.sheets = pagesOf(content.elements);
            this.elements = new Map(content.elements.map((part) => [part.id, part]));
            this.place = new Map();
            this.sheets.forEach((sheet, number) =>
                sheet.forEach((part) => this.place.set(part.id, number))
            );
            this.entered = values;
            this.places = places || {};
            this.visible = [];
            this.required = [];
            this.pages = [];
            this.errors = [];
            this.ended = "";
            this.values = {};
            this.wrong = new Set();
        }

        page(number) {
            this.pages.push(number);
            let sectionSeen = true;
            for (const element of this.sheets[number]) {
                if (element.kind === "page_break") {
                    this.visible.push(element.id);
                    continue;
                }
                let seen = this.isSeen(element);
                if (element.kind === "section") {
                    sectionSeen = seen;
                } else if (!sectionSeen) {
                    seen = false;
                }
                if (seen) {
                    this.see(element);
                }
            }
            for (const rule of this.rules) {
                const moves = rule.action === "jump" || rule.action === "end";
                if (!moves || this.leaves(rule) !== number) {
                    continue;
                }
                if (this.matches(rule)) {
                    if (rule.action === "end") {
                        this.ended = rule.id;
                        return null;
                    }
                    return this.place.get(rule.page);
                }
            }
            return number + 1 < this.sheets.length ? number + 1 : null;
        }

        check() {
            const said = {};
            for (const rule of this.rules) {
                if (rule.action !== "error") {
                    continue;
                }
                const target = rule.targets[0];
                if (!own(said, target) && this.matches(rule)) {
                    said[target] = `rule:${rule.id}`;
                }
            }
            for (const key of this.visible) {
                const element = this.elements.get(key);
                if (LAYOUT.has(element.kind)) {
                    continue;
                }
                let error = this.wrong.has(key) ? "type" : "";
                error =
                    error ||
                    problem(
                        element,
                        own(this.values, key),
                        this.required.includes(key),
                        this.places
                    );
                error = error || own(said, key) || "";
                if (error) {
                    this.errors.push([key, error]);
                }
            }
        }

        see(element) {
            const key = element.id;
            this.visible.push(key);
            if (LAYOUT.has(element.kind)) {
                return;
            }
            if (element.required || this.any("require", key)) {
                this.required.push(key);
            }
            const [value, isRight] = clean(element, own(this.entered, key));
            if (!isRight) {
                this.wrong.add(key);
            } else if (!isEmpty(value)) {
                this.values[key] = value;
            }
        }

        isSeen(element) {
            const key = element.id;
            if (this.any("hide", key)) {
                return false;
            }
            const hasShow = this.rules.some(
                (rule) => rule.action === "show" && rule.targets.includes(key)
            );
            return !hasShow || this.any("show", key);
        }

        any(action, key) {
            return this.rules.some(
                (rule) =>
                    rule.action === action &&
                    rule.targets.includes(key) &&
                    this.matches(rule)
            );
        }

        leaves(rule) {
            return Math.max(
                ...rule.conditions.map((part) => this.place.get(part.field))
            );
        }

        matches(rule) {
            const found = rule.conditions.map((part) =>
                holds(this.elements.get(part.field), part, own(this.values, part.field))
            );
            return rule.match === "any" ? found.some(Boolean) : found.every(Boolean);
        }
    }

    /** Return whether a condition on an answer is true. */
    function holds(element, condition, value) {
        const wanted = condition.value || "";
        switch (condition.op) {
            case "empty":
                return isEmpty(value);
            case "filled":
                return !isEmpty(value);
            case "is":
                return equals(element.kind, value, wanted);
            case "is_not":
                return !equals(element.kind, value, wanted);
            case "contains":
                return contains(value, wanted);
            case "not_contains":
                return !contains(value, wanted);
        }
        return compares(element.kind, condition.op, value, wanted);
    }

    function contains(value, wanted) {
        if (isEmpty(value)) {
            return false;
        }
        if (Array.isArray(value)) {
            return value.includes(wanted);
        }
        return textOf(value).includes(wanted);
    }

    // as Python writes it
    const textOf = (value) => (value === true ? "True" : String(value));

    function equals(kind, value, wanted) {
        if (isEmpty(value)) {
            return false;
        }
        if (kind === "consent") {
            return wanted === "true";
        }
        if (kind === "number" || kind === "rating") {
            const mine = numberOf(value);
            return mine !== null && mine === numberOf(wanted);
        }
        return Array.isArray(value) ? value.includes(wanted) : value === wanted;
    }

    function compares(kind, operator, value, wanted) {
        if (isEmpty(value) || Array.isArray(value)) {
            return false;
        }
        let [mine, other] = [value, wanted];
        if (kind === "number" || kind === "rating") {
            [mine, other] = [numberOf(value), numberOf(wanted)];
        } else if (kind !== "date" && kind !== "time") {
            return false;
        }
        if (mine === null || other === null) {
            return false;
        }
        switch (operator) {
            case "gt":
                return mine > other;
            case "ge":
                return mine >= other;
            case "lt":
                return mine < other;
        }
        return mine <= other;
    }

    /** Return the number that an answer is, null for none. */
    function numberOf(value) {
        const text = String(value === undefined ? "" : value);
        return NUMBER.test(text) ? Number(text) : null;
    }

    /** Return the code of what is wrong with an answer, "" when it is right. */
    function problem(element, value, required, places) {
        if (isEmpty(value)) {
            return required ? "required" : "";
        }
        const kind = element.kind;
        if (TEXTS.has(kind)) {
            return textProblem(element, value);
        }
        if (CHOICES.has(kind)) {
            const known = new Set(element.options.map((option) => option.value));
            const chosen = Array.isArray(value) ? value : [value];
            if (
                new Set(chosen).size < chosen.length ||
                !chosen.every((part) => known.has(part))
            ) {
                return "option";
            }
            return kind === "checkbox" ? countProblem(element, chosen.length) : "";
        }
        switch (kind) {
            case "rating":
                return value >= 1 && value <= (element.scale || 5) ? "" : "option";
            case "place": {
                const isKnown =
                    value.length === 2 &&
                    (own(places, value[0]) || []).includes(value[1]);
                return isKnown ? "" : "option";
            }
            case "file":
                return value.length > (element.max_files || 1) ? "many" : "";
            case "date":
            case "time":
                return momentProblem(element, value);
        }
        return "";
    }

    function textProblem(element, value) {
        const kind = element.kind;
        const [low, high] = [numberOf(element.min), numberOf(element.max)];
        // people count characters, not halves of them
        const length = [...value].length;
        if (length > LENGTHS[kind]) {
            return "long";
        }
        if (kind === "number") {
            const number = numberOf(value);
            if (number === null) {
                return "number";
            }
            if (low !== null && number < low) {
                return "min";
            }
            return high !== null && number > high ? "max" : "";
        }
        if (kind === "phone") {
            return isPhone(value) ? "" : "phone";
        }
        if (kind === "email") {
            return EMAIL.test(value) ? "" : "email";
        }
        if (low !== null && length < low) {
            return "short";
        }
        if (high !== null && length > high) {
            return "long";
        }
        const pattern = own(PATTERNS, element.pattern || "");
        return pattern && !pattern.test(value) ? "pattern" : "";
    }

    function isPhone(value) {
        const digits = value.replace(/[^0-9]/g, "");
        const isWhole = value.startsWith("+") ? digits.length >= 7 : PHONE_DIGITS.test(digits);
        return PHONE.test(value) && isWhole;
    }

    function countProblem(element, count) {
        const [low, high] = [numberOf(element.min), numberOf(element.max)];
        if (low !== null && count < low) {
            return "few";
        }
        return high !== null && count > high ? "many" : "";
    }

    function momentProblem(element, value) {
        const isRight = element.kind === "date" ? isDay(value) : TIME.test(value);
        if (!isRight) {
            return element.kind;
        }
        if (element.min && value < element.min) {
            return "min";
        }
        return element.max && value > element.max ? "max" : "";
    }

    function isDay(text) {
        if (!DAY.test(text)) {
            return false;
        }
        const [year, month, day] = text.split("-").map(Number);
        const found = new Date(Date.UTC(year, month - 1, day));
        return found.getUTCMonth() === month - 1 && found.getUTCDate() === day;
    }

    /**
     * Say what a filled form means.
     *
     * @param {Object} content a form as the designer makes it
     * @param {Object} values what was entered, by id of the element
     * @param {Object} places cities of each province
     */
    function evaluate(content, values, places) {
        const walk = new Walk(content, values, places);
        let page = 0;
        while (page !== null) {
            page = walk.page(page);
        }
        walk.check();
        const {visible, required, pages, errors, ended} = walk;
        return {visible, required, pages, errors, ended, values: walk.values};
    }

    root.crmWebForm = Object.assign(root.crmWebForm || {}, {
        evaluate,
        isEmpty,
        pagesOf,
        LAYOUT,
    });
})(globalThis);
