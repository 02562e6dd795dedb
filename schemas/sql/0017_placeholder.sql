SELECT 1; -- placeholder of a branch that is merged before
