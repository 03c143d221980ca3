/** An S-expression: an atom, or a list. String literals keep their leading quote to tell them from symbols. */
export type Sexpr = string | Sexpr[];

const TOKEN_OR_COMMENT = /"(?:[^"\\]|\\.)*"|\(;.*?;\)|;;[^\n]*|[()]|[^\s()]+/gs;

/** Reads one S-expression of WebAssembly's text format, without its comments (`(; ;)` and `;;`). */
export function readSexpr(text: string): Sexpr {
  const tokens = (text.match(TOKEN_OR_COMMENT) ?? []).filter((token) => !/^\(?;/.test(token));
  let at = 0;
  const next = (): Sexpr => {
    const token = tokens[at++];
    if (token === undefined) throw new Error("unexpected end of S-expression");
    if (token !== "(") return token.endsWith('"') ? token.slice(0, -1) : token;
    const list: Sexpr[] = [];
    while (tokens[at] !== ")") list.push(next());
    at++;
    return list;
  };
  return next();
}
