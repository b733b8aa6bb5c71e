// The page of a pretend shop that shows the web chat. The stub keeps calls until the widget has loaded.

(() => {
  const { channel, language } = document.currentScript.dataset;
  window.Naru = window.Naru || function Naru(...args) { (window.Naru.q = window.Naru.q || []).push(args); };
  window.Naru('boot', { channel, language });
})();
