import t from '../../helpers/tap.ts';

t.pass('before it');
throw new Error('thrown while it is imported');
