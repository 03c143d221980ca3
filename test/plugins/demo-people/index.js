import faker from "faker";

export function processEvent(event) {
  faker.seed(7);
  const first = [faker.name.firstName(), faker.internet.email(), faker.datatype.number({ min: 3, max: 5 })];
  faker.seed(7);
  const again = [faker.name.firstName(), faker.internet.email(), faker.datatype.number({ min: 3, max: 5 })];
  event.properties.isNamed = /^[A-Z][\w' .-]+$/.test(first[0]);
  event.properties.isEmail = /^[^@\s]+@[^@\s]+\.\w+$/.test(first[1]);
  event.properties.isInRange = first[2] >= 3 && first[2] <= 5;
  event.properties.isSame = JSON.stringify(first) === JSON.stringify(again);
  event.properties.pick = faker.random.arrayElement(["only"]);
  return event;
}
