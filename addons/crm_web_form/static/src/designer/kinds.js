import {_t} from "@web/core/l10n/translation";

/** What can be put into a form, in the order of the palette. */
export const KINDS = [
    {kind: "text", icon: "fa-minus", name: _t("Single Line")},
    {kind: "textarea", icon: "fa-align-left", name: _t("Long Text")},
    {kind: "number", icon: "fa-hashtag", name: _t("Numeric Value")},
    {kind: "phone", icon: "fa-phone", name: _t("Phone")},
    {kind: "email", icon: "fa-envelope-o", name: _t("E-mail")},
    {kind: "radio", icon: "fa-dot-circle-o", name: _t("One Choice")},
    {kind: "checkbox", icon: "fa-check-square-o", name: _t("Several Choices")},
    {kind: "select", icon: "fa-caret-square-o-down", name: _t("Drop-down List")},
    {kind: "date", icon: "fa-calendar", name: _t("Date")},
    {kind: "time", icon: "fa-clock-o", name: _t("Time")},
    {kind: "rating", icon: "fa-star-o", name: _t("Rating")},
    {kind: "place", icon: "fa-map-marker", name: _t("Province and City")},
    {kind: "file", icon: "fa-paperclip", name: _t("File")},
    {kind: "consent", icon: "fa-handshake-o", name: _t("Consent")},
    {kind: "section", icon: "fa-header", name: _t("Section")},
    {kind: "statement", icon: "fa-quote-left", name: _t("Explanation")},
    {kind: "page_break", icon: "fa-files-o", name: _t("Page Break")},
];

export const BY_KIND = Object.fromEntries(KINDS.map((part) => [part.kind, part]));
export const LAYOUT = ["section", "statement", "page_break"];
export const CHOICES = ["select", "radio", "checkbox"];

/** What can be set of each kind, beside its label. */
const TYPED = ["help", "placeholder", "required", "half", "maps"];
export const PROPERTIES = {
    text: [...TYPED, "limits", "pattern", "unique"],
    textarea: [...TYPED, "limits"],
    number: [...TYPED, "limits", "unique"],
    phone: [...TYPED, "unique"],
    email: [...TYPED, "unique"],
    select: ["options", ...TYPED],
    radio: ["options", "help", "required", "maps"],
    checkbox: ["options", "help", "required", "limits"],
    date: [...TYPED.filter((name) => name !== "placeholder"), "limits"],
    time: [...TYPED.filter((name) => name !== "placeholder"), "limits"],
    file: ["help", "required", "accept", "max_files"],
    rating: ["help", "required", "scale"],
    place: ["help", "required", "maps"],
    consent: ["help", "required"],
    section: ["help"],
    statement: ["help"],
    page_break: [],
};

export const PATTERNS = [
    ["", _t("Anything")],
    ["cn_mobile", _t("Mobile Number")],
    ["cn_id", _t("Identity Card Number")],
    ["credit_code", _t("Unified Social Credit Code")],
    ["postcode", _t("Postcode")],
    ["digits", _t("Digits")],
    ["letters", _t("Letters")],
    ["web", _t("Web Address")],
];

export const FILE_KINDS = [
    ["image", _t("Pictures")],
    ["pdf", _t("PDF")],
    ["office", _t("Office documents")],
    ["text", _t("Plain text, CSV")],
];

export const LIMIT_LABELS = {
    number: [_t("Least"), _t("Most")],
    date: [_t("Earliest"), _t("Latest")],
    time: [_t("Earliest"), _t("Latest")],
    checkbox: [_t("At Least"), _t("At Most")],
    text: [_t("Least Length"), _t("Most Length")],
    textarea: [_t("Least Length"), _t("Most Length")],
};

export const ACTIONS = [
    ["show", _t("show")],
    ["hide", _t("hide")],
    ["require", _t("require")],
    ["jump", _t("jump to page")],
    ["error", _t("refuse with a message at")],
    ["end", _t("end the form")],
];

export const OPERATORS = {
    is: _t("is"),
    is_not: _t("is not"),
    contains: _t("contains"),
    not_contains: _t("does not contain"),
    filled: _t("is answered"),
    empty: _t("is not answered"),
    gt: _t("is more than"),
    ge: _t("is at least"),
    lt: _t("is less than"),
    le: _t("is at most"),
};

/** Return the comparisons (list of names) that make sense of a kind. */
export function operatorsOf(kind) {
    if (["number", "rating", "date", "time"].includes(kind)) {
        return ["is", "is_not", "gt", "ge", "lt", "le", "filled", "empty"];
    }
    if (["file", "consent"].includes(kind)) {
        return ["filled", "empty"];
    }
    if (["select", "radio", "checkbox"].includes(kind)) {
        return ["is", "is_not", "filled", "empty"];
    }
    return ["is", "is_not", "contains", "not_contains", "filled", "empty"];
}
