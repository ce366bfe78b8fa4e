#pragma once

#include "common/postgres/connection.hpp"

namespace tsflow::timescale {

using postgres::Address;
using postgres::Answer;
using postgres::blames_row;
using postgres::Connection;
using postgres::Parameter;
using postgres::place_of;
using postgres::SqlError;
using postgres::text_parameter;
using postgres::Transaction;

}  // namespace tsflow::timescale
