/**
 * wrangler.toml as the configuration of a bundle that `wrangler deploy --outdir` wrote, to lie beside it: nothing is built or bundled again.
 * @throws Error when wrangler.toml has not what is to be replaced
 */
export function toBundledConfig(toml: string): string {
  const withMain = replaceOnce(
    toml,
    /^main = ".*"$/m,
    'main = "index.js"\nno_bundle = true\nfind_additional_modules = true',
  );
  return replaceOnce(withMain, /^\[build\]\n(?:.+\n)+/m, "");
}

function replaceOnce(text: string, pattern: RegExp, replacement: string): string {
  if (!pattern.test(text)) throw new Error(`wrangler.toml has nothing like ${pattern}: put this in step with it.`);
  return text.replace(pattern, replacement);
}
