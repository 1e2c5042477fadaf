export default (config) => {
  config.addPassthroughCopy('css');
};
