import { describe, expect, test } from "vitest";
import { SecretMask } from "../../../host/secrets/mask.ts";

describe("a mask", () => {
  test("puts something of the same length and build in the place of a secret", () => {
    const { length } = "sk_live-7Q9zVb3x/E+1";
    const masked = new SecretMask(["sk_live-7Q9zVb3x/E+1"]).text("key sk_live-7Q9zVb3x/E+1.");
    expect(masked).toBe("key xx_xxxx-0x0xxx0x/x+0.");
    expect(masked).toHaveLength(length + 5);
  });

  test("has the stand-in encoded as the secret was", () => {
    const [secret, stand] = ["abc/DEF+12345", "xxx/xxx+00000"];
    const mask = new SecretMask([secret]);
    expect(mask.text(encodeURIComponent(secret))).toBe(encodeURIComponent(stand));
    expect(mask.text(`Basic ${btoa(`user:${secret}`)}`)).not.toContain(btoa(secret).slice(4, 12));
    expect(mask.text(btoa(secret).slice(0, -3))).toBe(btoa(stand).slice(0, -3));
  });

  test("masks names and values at any depth, and keeps what a plugin named __proto__", () => {
    const given = JSON.parse('{"__proto__":{"the-secret-1":["x the-secret-1"]},"n":1}') as { n: number };
    const masked = new SecretMask(["the-secret-1"]).json(given);
    expect(JSON.stringify(masked)).toBe('{"__proto__":{"xxx-xxxxxx-0":["x xxx-xxxxxx-0"]},"n":1}');
  });

  test("leaves nothing of a secret that has neither letters nor digits", () => {
    expect(new SecretMask(["/-/-/-"]).text("/-/-/-")).toBe("xxxxxx");
  });
});
