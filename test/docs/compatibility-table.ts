/** A row of a table of docs/compatibility.md. */
export interface Behaviour {
  /** The heading that it stands under. */
  section: string;
  name: string;
  /** What Hoglet does; empty where that is not decided by a test yet. */
  here: string;
  /** The tests that show it; empty when there is none yet. */
  tests: CitedTest[];
}

/** A test, as the page names it. */
export interface CitedTest {
  /** Its path from the root of the project. */
  file: string;
  /** Names of the `describe` blocks around it and its own, with ` > ` between them. */
  name: string;
}

/** Reads the rows of all tables. @throws {Error} that names a row whose last cell has neither tests nor `left out` */
export function readBehaviours(markdown: string): Behaviour[] {
  const rows: Behaviour[] = [];
  let section = "";
  let isBody = false;
  for (const line of markdown.split("\n")) {
    section = /^##+ (.+)$/.exec(line)?.[1] ?? section;
    if (!line.startsWith("|")) isBody = false;
    else if (/^\|[\s|:-]+$/.test(line)) isBody = true;
    else if (isBody) rows.push(readRow(section, line));
  }
  return rows;
}

function readRow(section: string, line: string): Behaviour {
  const cells = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const [name = "", , here = "", shownBy = ""] = cells;
  const tests = [...shownBy.matchAll(/`([\w/.-]+): ([^`]+)`/g)].map(([, file = "", title = ""]) => ({
    file: `test/${file}.test.ts`,
    name: title,
  }));
  if (tests.length === 0 && !shownBy.startsWith("left out: "))
    throw new Error(`${section}: ${name} is shown by nothing`);
  return { section, name, here, tests };
}
