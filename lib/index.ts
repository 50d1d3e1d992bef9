export * from './imported-model';
export * from './imported-model-base';
export * from './imported-model-dashboard';
export * from './imported-model-grants';
export * from './model-import-job-waiter';
export * from './model-import-provider';
export * from './model-source';
export * from './smoke-test';
