import { loadPlugin } from "../../support/load-plugin.ts";
import type { PluginOptions } from "../../support/load-plugin.ts";

/** Runs code with `args` in a plugin's function, and gives what it answers with. */
export async function evaluate(code: string, args: unknown = {}, options?: PluginOptions): Promise<unknown> {
  const plugin = await loadPlugin(`export async function onEvent({ args }) { ${code} }`, options);
  return plugin.run("onEvent", { args });
}

/** Runs code that is to end a call, and gives how it did. */
export async function endOf(code: string, args: unknown = {}, options?: PluginOptions) {
  const plugin = await loadPlugin(`export async function onEvent({ args }) { ${code} }`, options);
  return (await plugin.call("onEvent", [{ args }])).outcome;
}

/** Keys as a plugin would have them in its config, made anew by the platform. */
export async function makeKeys(): Promise<{ rsa: string; rsaPublic: string; ec: string; jwk: JsonWebKey }> {
  const usages = ["sign", "verify"];
  const rsa = (await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    usages,
  )) as CryptoKeyPair;
  const ec = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, usages)) as CryptoKeyPair;
  return {
    rsa: await pem("PRIVATE", "pkcs8", rsa.privateKey),
    rsaPublic: await pem("PUBLIC", "spki", rsa.publicKey),
    ec: await pem("PRIVATE", "pkcs8", ec.privateKey),
    jwk: (await crypto.subtle.exportKey("jwk", ec.publicKey)) as JsonWebKey,
  };
}

async function pem(kind: string, format: "pkcs8" | "spki", key: CryptoKey): Promise<string> {
  const bytes = new Uint8Array((await crypto.subtle.exportKey(format, key)) as ArrayBuffer);
  const base64 = btoa(String.fromCharCode(...bytes)).replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN ${kind} KEY-----\n${base64}\n-----END ${kind} KEY-----\n`;
}
