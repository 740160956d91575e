"""An organisation as other systems tell it, checked before anything is done with it."""

MAX_ITEMS = 20_000
MAX_LENGTH = 200
# what a department and a person may say; texts are stripped
DEPARTMENT = {"id", "name", "parent_id", "leader_id", "active"}
PERSON = {
    "id",
    "name",
    "login",
    "email",
    "phone",
    "department_id",
    "role",
    "active",
}
# fields that name something else of the same payload
REFERENCES = {
    "parent_id": "parent_ref",
    "leader_id": "leader_ref",
    "department_id": "department_ref",
}


class Payload:
    """A checked payload: what is wrong as a whole raises ValueError.

    :param payload: what the caller sent
    """

    def __init__(self, payload):
        if not isinstance(payload, dict):
            raise ValueError("a dict is expected")
        unknown = set(payload) - {"source", "departments", "people", "complete"}
        if unknown:
            raise ValueError(f"unknown keys {sorted(map(str, unknown))}")
        source = payload.get("source") or "external"
        if not isinstance(source, str) or not source.isidentifier():
            raise ValueError("source is a short name of letters and digits")
        self.source = source
        # an underscore would stand for any character where references are searched
        self.prefix = source.replace("_", "-") + ":"
        self.complete = bool(payload.get("complete"))
        self.departments = self._items(payload.get("departments"), DEPARTMENT)
        self.people = self._items(payload.get("people"), PERSON)
        if self.complete and not (self.departments and self.people):
            # an export that failed must not send everybody home
            raise ValueError("a complete organisation has departments and people")

    def _items(self, items, names):
        if items is None:
            return []
        if not isinstance(items, list) or len(items) > MAX_ITEMS:
            raise ValueError(f"a list of at most {MAX_ITEMS} is expected")
        seen = set()
        checked = []
        for item in items:
            checked.append(self._item(item, names))
            ref = checked[-1]["ref"]
            if ref in seen:
                raise ValueError(f"{ref} is there twice")
            seen.add(ref)
        return checked

    def _item(self, item, names):
        if not isinstance(item, dict):
            raise ValueError("each department and person is a dict")
        unknown = set(item) - names
        if unknown:
            raise ValueError(f"unknown keys {sorted(map(str, unknown))}")
        clean = {}
        for name, value in item.items():
            if name == "active":
                clean[name] = bool(value)
                continue
            # 0 is an id, and as the id of something above it means: nothing
            if value is None or value is False or (name in REFERENCES and value == 0):
                value = ""
            if not isinstance(value, (str, int)) or len(str(value)) > MAX_LENGTH:
                raise ValueError(f"{name} is a text or a number")
            clean[name] = str(value).strip()
        if not clean.get("id") or not clean.get("name"):
            raise ValueError("each department and person has an id and a name")
        clean["ref"] = self.ref(clean["id"])
        for name, ref in REFERENCES.items():
            if name in clean:
                clean[ref] = self.ref(clean[name]) if clean[name] else ""
        return clean

    def ref(self, identifier):
        """Return the reference (str) kept with the record of this id."""
        return f"{self.prefix}{identifier}"

    def id_of(self, ref):
        """Return the id (str) that a reference was made of."""
        return ref.removeprefix(self.prefix)

    @staticmethod
    def line(identifier):
        """Return a line (dict) of the answer, to be completed."""
        return {
            "id": identifier,
            "status": "unchanged",
            "changes": [],
            "message": "",
            "record_id": False,
        }
