// Swagger UI over our own schema.
const explorer = document.getElementById("explorer");

window.SwaggerUIBundle({
  domNode: explorer,
  url: explorer.dataset.schema,
  deepLinking: true,
  docExpansion: "none",
  persistAuthorization: false,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  validatorUrl: null,
});
