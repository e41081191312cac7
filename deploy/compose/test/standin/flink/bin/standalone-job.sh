#!/usr/bin/env bash
shift
exec "$FLINK_HOME/bin/process" GET_JM_RESOURCE_PARAMS org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint "$@"
