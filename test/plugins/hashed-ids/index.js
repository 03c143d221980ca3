import crypto from "crypto";
import * as namespace from "crypto";

export function processEvent(event, { config }) {
  const { email } = event.properties;
  const token = crypto.randomBytes(8);
  event.distinct_id = namespace.createHmac("sha256", config.salt).update(event.distinct_id).digest("base64");
  if (email) {
    event.properties.md5 = crypto.createHash("md5").update(Buffer.from(email)).digest("hex");
    event.properties.sha1 = crypto.createHash("sha1").update(email.slice(0, 3)).update(email.slice(3)).digest("hex");
    event.properties.sha512 = crypto.createHash("sha512").update(email).digest().length;
    delete event.properties.email;
  }
  event.properties.isRandom = token.length === 8 && Buffer.isBuffer(token);
  event.properties.isSame = crypto.timingSafeEqual(Buffer.from("ab"), Buffer.from("ab"));
  return event;
}
