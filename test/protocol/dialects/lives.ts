import { minutes, type World } from './world';

/**
 * What happens to owned models. Each life returns the jobs whose models have to be there in the end, and how
 * many jobs have to have run.
 */
interface Ending {
  readonly models: string[];
  readonly jobs: number;
}

type Life = (world: World) => Promise<Ending>;

const INVENTED = 'models-Llama-1ABC';

export const LIVES: Record<string, Life> = {
  'a model is created, and deleted long after': async (world) => {
    const id = await world.succeed('Create');
    world.finish(id);
    world.pass(minutes(90));
    await world.succeed('Delete', { id });
    return { models: [], jobs: 1 };
  },

  'a model is deleted when its job is long over': async (world) => {
    const id = await world.succeed('Create');
    world.finish(id);
    world.pass(minutes(24 * 60));
    await world.succeed('Delete', { id });
    return { models: [], jobs: 1 };
  },

  'a model is asked for again when its job is long over': async (world) => {
    const id = await world.succeed('Create');
    world.finish(id);
    world.pass(minutes(24 * 60));
    const kept = await world.succeed('Update', { id });
    return { models: [kept], jobs: 1 };
  },

  'a model is replaced when its job is long over': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    world.pass(minutes(24 * 60));
    const id = await world.succeed('Update', { id: old, source: 'qwen' });
    world.finish(id);
    await world.succeed('Delete', { id: old });
    return { models: [id], jobs: 2 };
  },

  'a replacement is rolled back when the job before is long over': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    world.pass(minutes(24 * 60));
    const replacement = await world.succeed('Update', { id: old, source: 'qwen' });
    world.finish(replacement);
    const id = await world.succeed('Update', { id: replacement, before: { source: 'qwen' } });
    await world.succeed('Delete', { id: replacement, source: 'qwen' });
    return { models: id === old ? [old] : ['the old one'], jobs: 2 };
  },

  'a model is created, and lives': async (world) => {
    const id = await world.succeed('Create');
    return { models: [id], jobs: 1 };
  },

  'the answer to the start is lost': async (world) => {
    world.bedrock.lostAnswers = 1;
    const id = await world.succeed('Create');
    return { models: [id], jobs: 1 };
  },

  'both answers to the start are lost': async (world) => {
    world.bedrock.lostAnswers = 2;
    const id = await world.succeed('Create');
    return { models: [id], jobs: 1 };
  },

  'a create whose answers were lost is cancelled': async (world) => {
    world.bedrock.lostAnswers = 2;
    await world.startOnly(world.request('Create'));
    await world.succeed('Delete', { id: INVENTED });
    return { models: [], jobs: 1 };
  },

  'a create that failed without an answer is deleted by the ID that names it': async (world) => {
    world.bedrock.lostAnswers = 2;
    const event = world.request('Create');
    await world.startOnly(event);
    const good = await world.succeed('Create');
    await world.succeed('Delete', { id: `request/${event.RequestId}` });
    return { models: [good], jobs: 2 };
  },

  'a create is answered in the moment in which it is cancelled': async (world) => {
    await world.succeed('Create');
    await world.succeed('Delete', { id: INVENTED });
    return { models: [], jobs: 1 };
  },

  'a model is replaced': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    const id = await world.succeed('Update', { id: old, source: 'qwen' });
    world.finish(id);
    await world.succeed('Delete', { id: old });
    return { models: [id], jobs: 2 };
  },

  'a replacement fails': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    world.account.scripts = [{ durationMs: minutes(4), outcome: 'Failed' }];
    const failed = await world.succeed('Update', { id: old, source: 'qwen' });
    world.finish(failed);
    const id = await world.succeed('Update', { id: failed, before: { source: 'qwen' } });
    await world.succeed('Delete', { id: failed, source: 'qwen' });
    return { models: id === old ? [old] : ['the old one'], jobs: 2 };
  },

  'a replacement is rolled back at once': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    const replacement = await world.succeed('Update', { id: old, source: 'qwen' });
    const id = await world.succeed('Update', { id: replacement, before: { source: 'qwen' } });
    await world.succeed('Delete', { id: replacement, source: 'qwen' });
    return { models: id === old ? [old] : ['the old one'], jobs: 2 };
  },

  'a replacement that nobody was told of is rolled back': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    world.bedrock.lostAnswers = 2;
    await world.startOnly(world.request('Update', { id: old, source: 'qwen' }));
    const id = await world.succeed('Update', { id: old, before: { source: 'qwen' }, supersedes: true });
    return { models: id === old ? [old] : ['the old one'], jobs: 2 };
  },

  'a model is deleted while its job runs': async (world) => {
    const id = await world.succeed('Create');
    await world.succeed('Delete', { id });
    return { models: [], jobs: 1 };
  },

  'a model is deleted the moment its job has ended': async (world) => {
    const id = await world.succeed('Create');
    world.finish(id);
    await world.succeed('Delete', { id });
    return { models: [], jobs: 1 };
  },

  'a model is deleted after somebody deleted it by hand': async (world) => {
    const id = await world.succeed('Create');
    world.finish(id);
    world.account.deleteModel(modelOf(world, id));
    await world.succeed('Delete', { id });
    return { models: [], jobs: 1 };
  },

  'a model that somebody deleted by hand is imported again': async (world) => {
    const old = await world.succeed('Create');
    world.finish(old);
    world.pass(minutes(30));
    world.account.deleteModel(modelOf(world, old));
    const id = await world.succeed('Update', { id: old });
    await world.succeed('Delete', { id: old });
    return { models: [id], jobs: 2 };
  },

  'two models of one stack queue': async (world) => {
    const first = await world.succeed('Create');
    const second = await world.succeed('Create', { resource: 'Qwen' });
    return { models: [second, first], jobs: 2 };
  },

  'a model takes the place of one that was just deleted': async (world) => {
    world.account.modelQuota = 1;
    const old = await world.succeed('Create');
    world.finish(old);
    await world.succeed('Delete', { id: old });
    const id = await world.succeed('Create');
    return { models: [id], jobs: 2 };
  },
};

function modelOf(world: World, jobArn: string): string {
  return world.account.records.job(jobArn)!.modelArn;
}
