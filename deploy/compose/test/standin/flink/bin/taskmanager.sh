#!/usr/bin/env bash
shift
exec "$FLINK_HOME/bin/process" GET_TM_RESOURCE_PARAMS org.apache.flink.runtime.taskexecutor.TaskManagerRunner "$@"
