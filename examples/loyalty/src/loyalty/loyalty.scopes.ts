import { addResource } from '../common/auth/scopes';

export const LOYALTY = addResource('loyalty');
