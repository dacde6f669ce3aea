// The compiled half of Boost.Asio (BOOST_ASIO_SEPARATE_COMPILATION): included here and nowhere else.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
