// Package api is the REST interface for browsers and machines, one file per resource, described by the OpenAPI 3.1
// document at /api/v1/openapi.json. Answers hold codes and parameters, never sentences for users. The shapes of the
// phone are also what the live connection sends.
package api
