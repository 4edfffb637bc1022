import t from '../../helpers/tap.ts';

t.comment('nothing is asserted here');
