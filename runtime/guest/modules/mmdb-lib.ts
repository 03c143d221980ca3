import { Reader } from "mmdb-lib";

export default { Reader };
