import pool from "generic-pool";

export default pool;
