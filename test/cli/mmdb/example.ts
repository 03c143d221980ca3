import { writeMmdb } from "./write-mmdb.ts";

const en = (name: string) => ({ names: { en: name } });

/** The database that `examples/maxmind` comes with: made-up places for three networks. */
export const exampleMmdb = (): Buffer =>
  writeMmdb(
    "Example-City",
    [
      [
        "89.160.20.128/25",
        {
          city: en("Linköping"),
          continent: { code: "EU", ...en("Europe") },
          country: { iso_code: "SE", ...en("Sweden") },
          location: { latitude: 58.4167, longitude: 15.6167, time_zone: "Europe/Stockholm" },
          postal: { code: "582 20" },
          subdivisions: [{ iso_code: "E", ...en("Östergötland County") }],
        },
      ],
      ["192.0.2.0/24", { country: { iso_code: "ZZ", ...en("Documentation") } }],
      ["2001:db8::/32", { country: { iso_code: "ZZ", ...en("Documentation") } }],
    ],
    Date.UTC(2023, 0, 15) / 1000,
  );
