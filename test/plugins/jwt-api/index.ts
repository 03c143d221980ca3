import jwt from "jsonwebtoken";
import fetch from "node-fetch";

interface Account {
  id: string;
  key: string;
}

export async function setupPlugin({ attachments, global }: any): Promise<void> {
  const account: Account = JSON.parse(attachments.account.contents.toString());
  const assertion = jwt.sign({ iss: account.id, iat: 1700000000, exp: 1700003600 }, account.key, {
    algorithm: "HS256",
  });
  const response = await fetch("https://auth.example/token", {
    method: "POST",
    body: new URLSearchParams({ assertion }),
  });
  const { access_token } = await response.json();
  const { sub } = jwt.verify(access_token, account.key, { ignoreExpiration: true }) as { sub: string };
  global.person = sub;
}

export const processEvent = (event: any, { global }: any) => {
  let failure: string | undefined;
  try {
    jwt.verify(event.properties.token, "another key");
  } catch (error) {
    failure = `${(error as Error).name}: ${(error as Error).message}`;
  }
  return { ...event, properties: { person: global.person, failure, decoded: jwt.decode(event.properties.token) } };
};
