/** @param {string} name */
export const greet = (name) => `Welcome to the shop, ${name}`;
