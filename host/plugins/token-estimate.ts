/**
 * At least as many tokens as a parser would make of a source, without parsing it: one for each run of letters and
 * digits, and one for each sign. The parser's memory grows by the token, and a source of `;;;;;;` has one per
 * character.
 */
export function estimateTokens(source: string): number {
  let tokens = 0;
  let inWord = false;
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    const isWord = isWordCode(code);
    if (code > 32 && !(isWord && inWord)) tokens++;
    inWord = isWord;
  }
  return tokens;
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}
