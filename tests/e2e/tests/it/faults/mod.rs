mod beside;
mod damage;
mod kill;
mod stop;
