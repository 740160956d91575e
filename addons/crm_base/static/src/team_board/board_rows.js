/** Return what people add up to, column by column. */
function sumOf(columns, people) {
    return Object.fromEntries(
        columns.map(({ code }) => [
            code,
            people.reduce(
                (sum, person) => ({
                    count: sum.count + person.figures[code].count,
                    amount: sum.amount + person.figures[code].amount,
                }),
                { count: 0, amount: 0 }
            ),
        ])
    );
}

/** Return people in the order of a column; by name comes as the server says. */
export function sortPeople(people, sort, isDescending) {
    if (!sort) {
        return people;
    }
    const value = {
        last_deed: (person) => person.last_deed?.at || "",
        last_seen: (person) => (person.status === "online" ? "9" : person.last_seen_at || ""),
    }[sort];
    const turn = isDescending ? -1 : 1;
    const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    return [...people].sort((one, other) => {
        if (value) {
            return turn * compare(value(one), value(other));
        }
        const [a, b] = [one.figures[sort], other.figures[sort]];
        return turn * (compare(a.amount, b.amount) || compare(a.count, b.count));
    });
}

/**
 * Return the rows of the board: people below their teams as a tree, or one list when they
 * are compared. A team adds up everybody in it and below it.
 */
export function boardRows(board, people, { sort, isDescending, isGrouped, withoutTeam }) {
    const sorted = sortPeople(people, sort, isDescending);
    const asRow = (person) => ({ key: `p${person.id}`, person });
    if (!isGrouped) {
        return sorted.map(asRow);
    }
    const parents = new Map(board.teams.map((team) => [team.id, team.parent_id]));
    const isWithin = (id, team) => {
        while (id && id !== team) {
            id = parents.get(id);
        }
        return id === team;
    };
    const rows = [];
    const addTeam = (team, all, own) => {
        if (all.length) {
            rows.push({ key: `t${team.id}`, team, figures: sumOf(board.columns, all) });
            rows.push(...own.map(asRow));
        }
    };
    for (const team of board.teams) {
        addTeam(
            { ...team, count: sorted.filter((one) => isWithin(one.team_id, team.id)).length },
            sorted.filter((one) => isWithin(one.team_id, team.id)),
            sorted.filter((one) => one.team_id === team.id)
        );
    }
    const alone = sorted.filter((one) => !parents.has(one.team_id));
    addTeam({ id: 0, name: withoutTeam, level: 0, count: alone.length }, alone, alone);
    return rows;
}

/** Return which figures differ from those of a moment ago, as a set of "person.column". */
export function changedFigures(before, now) {
    const old = new Map((before?.people || []).map((person) => [person.id, person.figures]));
    const changed = new Set();
    for (const person of now.people) {
        for (const [code, { count, amount }] of Object.entries(person.figures)) {
            const was = old.get(person.id)?.[code];
            if (was && (was.count !== count || was.amount !== amount)) {
                changed.add(`${person.id}.${code}`);
            }
        }
    }
    return changed;
}

/** Return the headings above the columns: neighbours of one group stand together. */
export function columnGroups(columns) {
    const groups = [];
    for (const column of columns) {
        const last = groups.at(-1);
        if (last?.name === column.group) {
            last.columns.push(column);
        } else {
            groups.push({ name: column.group, columns: [column] });
        }
    }
    return groups;
}
