import jsTokens from "js-tokens";
import { isHost } from "./capabilities.ts";

/** A word, text or sign of code. */
export interface Token {
  kind: "name" | "string" | "template" | "sign";
  /** Without its quotes. */
  text: string;
  /** From 1. */
  line: number;
}

/** The words, texts and signs of JavaScript or TypeScript, whether or not it is right. Of a template, its beginning is one. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (const { type, value } of jsTokens(source)) {
    if (type === "IdentifierName") tokens.push({ kind: "name", text: value, line });
    else if (type === "StringLiteral" || type === "NoSubstitutionTemplate")
      tokens.push({ kind: "string", text: value.slice(1, -1), line });
    else if (type === "TemplateHead") tokens.push({ kind: "template", text: value.slice(1, -2), line });
    else if (type === "Punctuator") tokens.push({ kind: "sign", text: value, line });
    for (let at = value.indexOf("\n"); at >= 0; at = value.indexOf("\n", at + 1)) line++;
  }
  return tokens;
}

const ADDRESS = /^https?:\/\/([^/?#\s]*)([/?#])?/i;

/**
 * The host of the web address that a token begins with, as grants have it. Undefined where it is none, and where what follows could still
 * make another host of it.
 */
export function hostAt(tokens: readonly Token[], at: number): string | undefined {
  const token = tokens[at];
  if (token?.kind !== "string" && token?.kind !== "template") return undefined;
  const [, authority = "", end] = ADDRESS.exec(token.text) ?? [];
  const host = authority.slice(authority.lastIndexOf("@") + 1).toLowerCase();
  const isContinued = token.kind === "template" || tokens[at + 1]?.text === "+";
  const isWhole = end !== undefined || !isContinued;
  return isWhole && !host.includes("*") && isHost(host) ? host : undefined;
}
