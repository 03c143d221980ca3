import jsonwebtoken from "jsonwebtoken";

export default jsonwebtoken;
