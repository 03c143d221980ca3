import mmdb from "mmdb-lib";

export default mmdb;
