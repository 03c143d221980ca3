import { expect, test } from "vitest";
import { isAdminHost } from "../../../host/api/admin-host.ts";

test.each([
  [undefined, "https://any.test/", true],
  ["", "https://any.test/", true],
  ["admin.test", "https://admin.test/api/plugins", true],
  ["admin.test", "http://admin.test:8787/", true],
  ["Admin.Test", "https://ADMIN.test/", true],
  ["admin.test:8787", "http://admin.test:8787/", true],
  ["admin.test:8787", "http://admin.test:9999/", false],
  ["admin.test", "https://events.test/", false],
  ["admin.test", "https://admin.test.evil.test/", false],
  ["admin.test", "https://events.test/?admin.test", false],
])("with ADMIN_HOST %j, %s is ours: %s", (host, url, isOurs) => {
  expect(isAdminHost(new Request(url), host === undefined ? {} : { ADMIN_HOST: host })).toBe(isOurs);
});
