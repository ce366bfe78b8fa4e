#pragma once

#include "cli/args.hpp"

namespace tsflow::cli {

// Each runs one command and returns the exit code. They throw Error for what prevents them.

int run(const RunArgs& args);
int validate(const ValidateArgs& args);
int graph(const GraphArgs& args);
int list_plugins(const ListPluginsArgs& args);
int describe_plugin(const DescribePluginArgs& args);
int plugin_schema(const PluginSchemaArgs& args);
int new_plugin(const NewPluginArgs& args);
int dlq(const DlqArgs& args);
int journal(const JournalArgs& args);
int top(const TopArgs& args);
int tap(const TapArgs& args);
int explain(const ExplainArgs& args);

}  // namespace tsflow::cli
