// Object.hasOwn came with Chromium 93; swagger-ui calls it, our baseline is Chromium 86.
if (!Object.hasOwn) {
  Object.hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
}
