/** The one name under which we own fields of Kubernetes objects. Never changed: fields of another name would be somebody else's. */
export const FIELD_MANAGER = 'meshway';
