import { addResource, ORGANIZATION_SCOPES, grants } from '../../../src/common/auth/scopes';

describe('Scopes', () => {
  it('are added by modules that bring a resource, each once', () => {
    const { read, write } = addResource('loyalty');
    expect(ORGANIZATION_SCOPES.slice(-2)).toEqual(['loyalty:read', 'loyalty:write']);
    expect([grants([write], read), grants([read], write)]).toEqual([true, false]);
    expect(() => addResource('loyalty')).toThrow('There already is a resource loyalty');
    expect(() => addResource('events')).toThrow('There already is a resource events');
  });
});
