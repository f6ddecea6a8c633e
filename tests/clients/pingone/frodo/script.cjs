// Logs in with the service account and calls one function of frodo-lib: `script.cjs query FILTER`, `script.cjs patch ID JSON`.
const { frodo } = require('@rockcarver/frodo-lib');

const { FRODO_HOST, FRODO_SA_ID, FRODO_SA_JWK } = process.env;
const [what, ...given] = process.argv.slice(2);

(async () => {
  const own = frodo.createInstanceWithServiceAccount(FRODO_HOST, FRODO_SA_ID, FRODO_SA_JWK, 'alpha');
  await own.login.getTokens();
  const managed = own.idm.managed;
  const calls = {
    query: (filter) => managed.queryManagedObjects('alpha_user', filter, ['*'], 50),
    read: (id) => managed.readManagedObject('alpha_user', id, ['*']),
    create: (id, json) => managed.createManagedObject('alpha_user', JSON.parse(json), id),
    update: (id, json) => managed.updateManagedObject('alpha_user', id, JSON.parse(json)),
    patch: (id, json) => managed.updateManagedObjectProperties('alpha_user', id, JSON.parse(json)),
    delete: (id) => managed.deleteManagedObject('alpha_user', id),
    info: () => own.info.getInfo(),
  };
  console.log(JSON.stringify(await calls[what](...given)));
})().catch((error) => {
  console.error(error.message, JSON.stringify(error.originalErrors ?? error.response?.data ?? null));
  process.exit(1);
});
