import faker from "@faker-js/faker/locale/en.js";

export default faker;
