const { URL } = require("url");

exports.processEvent = async (event) => {
  const address = event.properties && event.properties.$current_url;
  if (!address) throw "Unable to find $current_url";
  if (address.length > 60) throw { code: "too_long", length: address.length };
  const url = new URL(address);
  url.hash = "";
  url.hostname = url.hostname.toLowerCase().replace(/^www\./, "");
  url.searchParams.delete("fbclid");
  url.searchParams.sort();
  url.pathname = url.pathname.replace(/\/+$/, "") || "/";
  event.properties.$current_url = url.toString();
  return event;
};
